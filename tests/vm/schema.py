#!/usr/bin/python3
"""schema.py DEFINITION FILE ...: are these documents, one or several a file, as
that definition of vfctl's JSON schema has it?"""
import json
import os
import sys

import jsonschema

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "../../tools/vfctl/schema.json")


def documents(text):
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        document, at = decoder.raw_decode(text, at)
        yield document


def main(definition, files):
    schema = json.load(open(SCHEMA))
    if definition not in schema["definitions"]:
        sys.exit(f"{SCHEMA} has no definition {definition}")
    validator = jsonschema.Draft7Validator(
        {**schema, "oneOf": [], "$ref": "#/definitions/" + definition})
    count = wrong = 0
    for name in files:
        for document in documents(open(name).read()):
            count += 1
            for error in validator.iter_errors(document):
                wrong += 1
                print(f"{list(error.absolute_path)}: {error.message}")
    print(f"{count} documents")
    sys.exit(wrong > 0 or count == 0)


main(sys.argv[1], sys.argv[2:])
