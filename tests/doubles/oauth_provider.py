#!/usr/bin/python3
"""What the stand-ins for networks with OAuth and one server share: a consent
page, a token endpoint, tokens that expire, rotate and are revoked.

A stand-in is a subclass of OAuthProvider that says how its network speaks
OAuth; its other methods carry @route as any stand-in's, and call
self.person(request) for who asks. Its hosts are the first part of each path,
so that a request to the wrong host is refused:

    class Example(OAuthProvider):
        name = "example"
        hosts = {"api_url": "api.example.com", "login_url": "example.com"}
        authorize = "/example.com/oauth/authorize"
        token = "/api.example.com/oauth/token"

        @route("GET", "/api.example.com/me")
        def me(self, request):
            return Answer(200, {"id": self.person(request)})

    settings = Example.lines(url)       # of crier.conf, as a dictionary

Run by itself it is a network that has only OAuth, with the settings below and
as --client, --pkce and --keeps say.
alice and bob live here. /_control can call

    token    {"account", "token", "refresh", "scopes", "expires_in"}
                                  make tokens known (those not given are made),
                                  and return them
    revoke   {"account"}          make all tokens of an account unknown
    tokens   {}                   how many times each refresh was answered
    renewals {}                   each refresh token that came, in order: whose
                                  it is, and the one that was given for it
    lines    {}                   the lines of crier.conf that lead here
"""

import base64
import hashlib
import html
import json
import os
import re
import secrets
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from double import Answer, Double, Refused, main  # noqa: E402

CLIENT_ID, CLIENT_SECRET = "the-client-id", "the-client-secret"


class OAuthProvider(Double):
    name = "provider"
    people = ("alice", "bob")

    # where it is, and what crier.conf's keys for that are
    hosts = {"api_url": "api.provider.example",
             "login_url": "provider.example"}
    authorize = "/provider.example/oauth/authorize"
    token = "/api.provider.example/oauth/token"
    revocation = None           # a path, where tokens can be revoked
    revokes_person = False      # the access token, and all that its person
                                # granted with it; else that token

    # how it speaks OAuth
    id_name = "client_id"
    client = "body"             # or "basic": where the secret has to be
    scopes = {"read", "write"}
    separator = " "
    granted_separator = None    # of the answer's scope; None: the same
    pkce = None                 # None, "S256" or "hex"; then it is needed
    needed = {}                 # further parameters of the consent page, and
    allowed = set()             # those that may be there besides
    exchange_more = {}          # what goes with a code besides
    refreshes = True            # are there refresh tokens at all?
    rotates = True              # is the old one spent by a refresh?
    spent = (400, "invalid_grant")      # the answer to a spent grant
    code_seconds = 600

    settings = {
        "expires_in": 7200, "refresh_expires_in": 0,
        "grants": None,         # a list: the scopes that people leave ticked
        "reuse": 0,             # spent refresh tokens answered once more
    }

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        self.codes, self.access, self.refresh = {}, {}, {}
        self.refreshed, self.renewals = {}, []

    @classmethod
    def arguments(cls, parser):
        if cls is OAuthProvider:
            parser.add_argument("--client", default="body")
            parser.add_argument("--pkce", choices=["S256", "hex"])
            parser.add_argument("--keeps", action="store_true")

    def configure(self, options):
        if type(self) is OAuthProvider:
            self.client, self.pkce = options.client, options.pkce
            self.rotates = not options.keeps
            self.revocation = "/api.provider.example/revoke"

    @classmethod
    def lines(cls, url, network=None):
        """The lines of crier.conf for this stand-in at a URL."""
        network = network or cls.name
        lines = {f"{key}.{network}": f"{url}/{host}"
                 for key, host in cls.hosts.items()}
        lines[f"client_id.{network}"] = CLIENT_ID
        lines[f"client_secret.{network}"] = CLIENT_SECRET
        return lines

    def dispatch(self, request):
        for path, method, function in (
                (self.authorize, "GET", self.consent_page),
                (self.authorize, "POST", self.consent),
                (self.token, "POST", self.exchange),
                (self.revocation, "POST", self.revoke)):
            if (request.path, request.method) == (path, method):
                return function(request)
        return super().dispatch(request)

    def refused(self, status, code, reason):
        """A refusal in the network's own shape."""
        return Refused(status, {"error": code, "error_description":
                                "Not that way."}, reason)

    @staticmethod
    def once(pairs):
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise Refused(400, {"error": "invalid_request"},
                          "a field comes twice")
        return fields

    # ------------------------------------------------------- the consent page

    def check_challenge(self, fields):
        challenge = fields.get("code_challenge", "")
        form = {"S256": r"[A-Za-z0-9_-]{43}", "hex": r"[0-9a-f]{64}"}
        if self.pkce is None:
            if "code_challenge" in fields or "code_challenge_method" in fields:
                raise Refused(400, {"error": "invalid_request"},
                              "a challenge, which this network does not know")
            return
        if fields.get("code_challenge_method") != "S256" \
                or not re.fullmatch(form[self.pkce], challenge):
            raise Refused(400, {"error": "invalid_request"},
                          "code_challenge is not of the form %s" % self.pkce)

    def check_authorize(self, fields, more=frozenset()):
        known = {"response_type", self.id_name, "redirect_uri", "scope",
                 "state"} | set(self.needed) | set(self.allowed) | more
        if self.pkce:
            known |= {"code_challenge", "code_challenge_method"}
        if set(fields) - known:
            raise Refused(400, {"error": "invalid_request"},
                          "fields %s" % sorted(set(fields) - known))
        if fields.get("response_type") != "code" \
                or fields.get(self.id_name) != CLIENT_ID:
            raise Refused(400, {"error": "unauthorized_client"},
                          "response_type or %s" % self.id_name)
        uri = fields.get("redirect_uri", "")
        if not re.fullmatch(r"https?://[^?#]+/mcp/connect/callback", uri):
            raise Refused(400, {"error": "invalid_request"}, "redirect_uri")
        if not 0 < len(fields.get("state", "")) <= 500:
            raise Refused(400, {"error": "invalid_request"}, "state")
        scopes = fields.get("scope", "").split(self.separator)
        if not scopes or len(set(scopes)) != len(scopes) \
                or set(scopes) - set(self.scopes):
            raise Refused(400, {"error": "invalid_scope"},
                          "scopes %s" % scopes)
        for name, value in self.needed.items():
            if fields.get(name) != value:
                raise Refused(400, {"error": "invalid_request"},
                              "%s is not %s" % (name, value))
        self.check_challenge(fields)
        return scopes

    def consent_page(self, request):
        fields = self.once(request.query)
        self.check_authorize(fields)
        hidden = "".join('<input type="hidden" name="%s" value="%s">\n'
                         % (html.escape(name), html.escape(value))
                         for name, value in fields.items())
        people = "".join('<label><input type="radio" name="account"'
                         ' value="%s"%s>%s</label>\n'
                         % (one, " checked" if one == self.people[0] else "",
                            one) for one in self.people)
        return Answer(200, "<!doctype html><title>Consent</title>\n"
                      '<link rel="icon" href="data:,">\n'
                      "<h1>Allow Crier?</h1>\n"
                      '<form method="post" action="%s">\n%s%s'
                      '<button name="decision" value="allow">Allow</button>\n'
                      '<button name="decision" value="deny">Deny</button>\n'
                      "</form>\n" % (html.escape(self.authorize), hidden,
                                     people))

    def consent(self, request):
        fields = self.once(request.form())
        scopes = self.check_authorize(fields, {"account", "decision"})
        back = [("state", fields["state"])]
        if fields.get("decision") == "allow":
            code = secrets.token_urlsafe(24)
            self.codes[code] = {
                "account": fields["account"], "uri": fields["redirect_uri"],
                "scopes": self.settings["grants"] or scopes,
                "challenge": fields.get("code_challenge"),
                "made": self.now(), "used": False}
            back.insert(0, ("code", code))
        else:
            back.insert(0, ("error", "access_denied"))
        return Answer(302, "", {"Location": fields["redirect_uri"] + "?"
                                + urllib.parse.urlencode(back)})

    # ------------------------------------------------------- tokens

    def check_client(self, request, fields):
        """The client has named itself where this network wants it."""
        header = request.header("Authorization")
        if self.client == "basic":
            pair = base64.b64encode(
                f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
            good = header == "Basic " + pair and "client_secret" not in fields
        else:
            good = header is None and fields.get(self.id_name) == CLIENT_ID \
                and fields.get("client_secret") == CLIENT_SECRET
        if not good:
            raise self.refused(401, "invalid_client", "the client is unknown,"
                               " or named itself in the wrong place")

    def exchange(self, request):
        fields = self.once(request.form())
        self.check_client(request, fields)
        client = {self.id_name, "client_secret"} \
            if self.client == "body" else set()
        kind = fields.get("grant_type")
        known = {"authorization_code": {"code", "redirect_uri"}
                 | ({"code_verifier"} if self.pkce else set())
                 | set(self.exchange_more),
                 "refresh_token": {"refresh_token"}}
        if kind not in known or (kind == "refresh_token"
                                 and not self.refreshes):
            raise self.refused(400, "unsupported_grant_type", "grant_type")
        if set(fields) != known[kind] | client | {"grant_type"}:
            raise self.refused(400, "invalid_request",
                               "fields %s" % sorted(fields))
        if kind == "refresh_token":
            return self.renew(fields["refresh_token"])
        for name, value in self.exchange_more.items():
            if fields[name] != value:
                raise self.refused(400, "invalid_request", name)
        return self.first(fields)

    def fits(self, verifier, challenge):
        digest = hashlib.sha256(verifier.encode()).digest()
        made = digest.hex() if self.pkce == "hex" else \
            base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier) \
            and made == challenge

    def first(self, fields):
        code = self.codes.get(fields["code"])
        if code is None or code["used"] or code["uri"] != \
                fields["redirect_uri"] \
                or self.now() > code["made"] + self.code_seconds:
            raise self.refused(*self.spent, "the code is unknown, used, old"
                               " or for another redirect_uri")
        code["used"] = True
        if self.pkce and not self.fits(fields["code_verifier"],
                                       code["challenge"]):
            raise self.refused(*self.spent,
                               "the verifier does not fit its challenge")
        return self.grant(code["account"], code["scopes"])

    def renew(self, token):
        known = self.refresh.get(token)
        self.refreshed[token] = self.refreshed.get(token, 0) + 1
        record = {"account": known and known["account"], "token": token,
                  "granted": None, "at": round(self.now(), 3)}
        self.renewals.append(record)
        if known is None or known["dead"] or (
                known["spent"] and self.settings["reuse"] <= 0):
            raise self.refused(*self.spent, "the refresh token is spent or"
                               " unknown")
        if known["spent"]:
            self.settings["reuse"] -= 1
        known["spent"] = self.rotates
        answer = self.grant(known["account"], known["scopes"],
                            None if self.rotates else token)
        record["granted"] = json.loads(answer.body).get("refresh_token", token)
        return answer

    def make(self, account, scopes, access=None, refresh=None, lives=None):
        access = access or "access-" + secrets.token_urlsafe(24)
        if lives is None:
            lives = self.settings["expires_in"]
        self.access[access] = {
            "account": account, "scopes": set(scopes), "dead": False,
            "until": self.now() + lives if lives else None}
        if self.refreshes:
            refresh = refresh or "refresh-" + secrets.token_urlsafe(24)
            self.refresh[refresh] = {
                "account": account, "scopes": list(scopes), "spent": False,
                "dead": False}
        return access, refresh

    def grant(self, account, scopes, refresh=None):
        """The answer that gives new tokens; refresh: the old one stays."""
        access, new = self.make(account, scopes, refresh=refresh)
        answer = {"access_token": access, "token_type": "bearer",
                  "scope": (self.granted_separator or self.separator).join(
                      scopes)}
        if self.settings["expires_in"]:
            answer["expires_in"] = self.settings["expires_in"]
        if self.refreshes and refresh is None:
            answer["refresh_token"] = new
            if self.settings["refresh_expires_in"]:
                answer["refresh_token_expires_in"] = \
                    self.settings["refresh_expires_in"]
        return Answer(200, answer)

    def revoke(self, request):
        fields = self.once(request.form())
        if self.revokes_person:
            return self.revoke_person(request, fields)
        self.check_client(request, fields)
        for tokens in (self.access, self.refresh):
            known = tokens.get(fields.get("token"))
            if known:
                known["dead"] = True
        return Answer(200, {})

    def revoke_person(self, request, fields):
        self.check_client(request, fields)
        if set(fields) != {self.id_name, "client_secret", "token"} \
                or fields["token"] not in self.access:
            raise self.refused(400, "invalid_request",
                               "fields %s, or no access token of ours"
                               % sorted(fields))
        self.control_revoke(self.access[fields["token"]]["account"])
        return Answer(200, b"")

    def person(self, request, scope=None):
        """Whose token came with the request; Refused where it is no good or
        was not given for this scope."""
        known = self.access.get(request.bearer() or "")
        if known is None or known["dead"] or (
                known["until"] and self.now() >= known["until"]):
            raise self.refused(401, "invalid_token", "the token is unknown,"
                               " revoked or expired")
        if scope and scope not in known["scopes"]:
            raise self.refused(403, "insufficient_scope",
                               "the token lacks %s" % scope)
        return known["account"]

    # ------------------------------------------------------- /_control

    def control_token(self, account, token=None, refresh=None, scopes=None,
                      expires_in=None):
        access, refresh = self.make(
            account, sorted(self.scopes) if scopes is None else scopes,
            token, refresh, expires_in)
        return {"access_token": access, "refresh_token": refresh}

    def control_lines(self):
        return self.lines(self.url())

    def control_revoke(self, account):
        for tokens in (self.access, self.refresh):
            for known in tokens.values():
                if known["account"] == account:
                    known["dead"] = True

    def control_end_access(self, account):
        """Its access tokens are refused from now on; they can be renewed."""
        for known in self.access.values():
            if known["account"] == account:
                known["until"] = 1

    def control_renewals(self):
        return self.renewals

    def control_tokens(self):
        return {"alive": sorted({known["account"] for known
                                 in self.access.values()
                                 if not known["dead"]}),
                "refreshed": self.refreshed,
                "unspent": [token for token, known in self.refresh.items()
                            if not known["spent"] and not known["dead"]]}


if __name__ == "__main__":
    main(OAuthProvider)
