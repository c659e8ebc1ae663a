#!/usr/bin/python3
"""A stand-in for an OpenAI-compatible API: POST /v1/chat/completions.

It refuses what the real one refuses: another key, an unknown parameter, a
message without a role, and writes each text it gave to the ledger, which is
what would be paid for. The text is settings["text"].

Source: platform.openai.com/docs/api-reference/chat/create
"""

from double import Answer, Double, Refused, main, route

KEY = "sk-test-0123456789"
MODEL = "small-model"


def refuse(status, reason):
    raise Refused(status, {"error": {"message": reason, "code": None,
                                     "type": "invalid_request_error"}}, reason)


class OpenAI(Double):
    name = "openai"
    settings = {"text": "Hello from the machine.", "answer": None}

    def check_message(self, message, role):
        if not isinstance(message, dict) \
                or set(message) != {"role", "content"}:
            refuse(400, "a message has a role and a content")
        if message["role"] != role:
            refuse(400, f"expected a message of {role}")
        if not isinstance(message["content"], str) \
                or not message["content"].strip():
            refuse(400, "content is empty")

    @route("POST", "/v1/chat/completions")
    def complete(self, request):
        if request.bearer() != KEY:
            refuse(401, "Incorrect API key provided")
        body = request.json()
        if set(body) != {"model", "messages"}:
            refuse(400, f"unknown parameters: {sorted(body)}")
        if body["model"] != MODEL:
            refuse(404, "The model does not exist")
        messages = body["messages"]
        if not isinstance(messages, list) or len(messages) != 2:
            refuse(400, "two messages are expected")
        self.check_message(messages[0], "system")
        self.check_message(messages[1], "user")
        self.accept({"text": self.settings["text"],
                     "system": messages[0]["content"],
                     "user": messages[1]["content"]})
        if self.settings["answer"] is not None:
            return Answer(200, self.settings["answer"])
        return Answer(200, {
            "id": "chatcmpl-1", "object": "chat.completion",
            "created": int(self.now()), "model": MODEL,
            "choices": [{"index": 0, "finish_reason": "stop", "message": {
                "role": "assistant", "content": self.settings["text"]}}],
            "usage": {"prompt_tokens": 9, "completion_tokens": 9,
                      "total_tokens": 18}})


if __name__ == "__main__":
    main(OpenAI)
