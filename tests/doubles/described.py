"""JSON against a network's own description of it, which lies beside the
stand-in: NAME.json, of the words of JSON Schema that such descriptions use."""

import json
import os
import re

TYPES = {"string": str, "integer": int, "boolean": bool, "array": list,
         "object": dict}


class Described:
    def __init__(self, name):
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                            name + ".json")
        with open(path, encoding="utf-8") as file:
            self.schemas = json.load(file)["schemas"]

    def fault(self, name, value, where="body"):
        """Why a value is not what the description calls so; None: it is."""
        return self.against(self.schemas[name], value, where)

    def against(self, schema, value, where):
        if "$ref" in schema:
            return self.fault(schema["$ref"], value, where)
        if value is None and schema.get("nullable"):
            return None
        for one in schema.get("allOf", ()):
            return self.against(one, value, where)
        kind = schema["type"]
        if not isinstance(value, TYPES[kind]) \
                or isinstance(value, bool) != (kind == "boolean"):
            return "%s: %.40r is no %s" % (where, value, kind)
        if "enum" in schema and value not in schema["enum"]:
            return "%s: %.40r is none of its words" % (where, value)
        if kind == "string" and "pattern" in schema \
                and not re.search(schema["pattern"], value):
            return "%s: %.40r has another form" % (where, value)
        return self.sized(schema, value, where) \
            or self.members(schema, value, where)

    @staticmethod
    def sized(schema, value, where):
        size = value if isinstance(value, int) else len(value)
        for least in ("minimum", "minLength", "minItems"):
            if size < schema.get(least, size):
                return "%s: %d is under %s" % (where, size, least)
        for most in ("maximum", "maxLength", "maxItems"):
            if size > schema.get(most, size):
                return "%s: %d is over %s" % (where, size, most)
        return None

    def members(self, schema, value, where):
        faults = []
        if "discriminator" in schema:
            told = schema["discriminator"]
            kind = value.get(told["propertyName"])
            return self.fault(told["mapping"][kind], value, where) \
                if kind in told["mapping"] else "%s is a %r" % (where, kind)
        if schema["type"] == "array":
            faults = [self.against(schema["items"], one, "%s[%d]" % (where, i))
                      for i, one in enumerate(value)]
        elif schema["type"] == "object":
            known = schema.get("properties", {})
            faults = ["%s lacks %s" % (where, name)
                      for name in schema.get("required", ())
                      if name not in value]
            faults += ["%s: unknown %s" % (where, name) if name not in known
                       else self.against(known[name], one,
                                         "%s.%s" % (where, name))
                       for name, one in value.items()]
        return next(filter(None, faults), None)
