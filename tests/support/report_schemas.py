# SPDX-License-Identifier: Apache-2.0
"""report_schemas.py SCHEMAS FOLDER: holds the reports in FOLDER to the schemas that their readers publish.

SCHEMAS is tests/data/report_schemas, whose README says where each comes from. A report is in the file of its format's
name. Exit 1 with what the schema says against it.
"""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree

import jsonschema


def complain(name, texts):
    texts = list(texts)
    if texts:
        sys.exit("\n".join(f"report_schemas: {name}: {text}"[:500] for text in texts[:5]))


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def hold(name, schema, values):
    jsonschema.Draft4Validator.check_schema(schema)
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.draft4_format_checker)
    complain(name, (f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
                    for value in values for error in validator.iter_errors(value)))


def hold_junit(schema, path):
    """GitLab and others read `file` and `line` of a test case, which Jenkins's schema does not have."""
    tree = xml.etree.ElementTree.parse(path)
    for case in tree.iter("testcase"):
        case.attrib.pop("file", None)
        case.attrib.pop("line", None)
    run = subprocess.run(["xmllint", "--noout", "--huge", "--schema", schema, "-"], check=False, capture_output=True,
                         input=xml.etree.ElementTree.tostring(tree.getroot(), encoding="utf-8"))
    if run.returncode:
        complain("junit", run.stderr.decode(errors="replace").splitlines())


def main():
    schemas, folder = sys.argv[1:]
    report = lambda name: os.path.join(folder, name)
    hold("sarif", read(os.path.join(schemas, "sarif-2.1.0.json")), [read(report("sarif"))])
    hold("rdjson", read(os.path.join(schemas, "rdjson.json")), [read(report("rdjson"))])
    entries = read(report("gitlab"))
    if not isinstance(entries, list):
        sys.exit("report_schemas: gitlab: no array")
    hold("gitlab", read(os.path.join(schemas, "gitlab-code-quality.json")), entries)
    hold_junit(os.path.join(schemas, "junit-10.xsd"), report("junit"))


main()
