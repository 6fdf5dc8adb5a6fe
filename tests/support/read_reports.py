# SPDX-License-Identifier: Apache-2.0
"""read_reports.py FOLDER [FORMAT...]: reads reports as strictly as what they are for, and compares them.

FOLDER holds a report in each file, named by its format, and `expected` with what each has to say. Every reader below
gives the list of what its report says, and fails on anything that the format's own documentation does not have.
"""

import json
import re
import sys
import urllib.parse
import xml.etree.ElementTree

MARK = {"error": "E", "warning": "W", "info": "I"}


def fail(text):
    sys.exit("read_reports: " + text[:2000])


def need(condition, text):
    if not condition:
        fail(text)


def keys(where, value, required, optional=()):
    """An object with just these keys, and nothing empty in it."""
    need(isinstance(value, dict), f"{where} is no object")
    need(set(required) <= set(value), f"{where} lacks {set(required) - set(value)}")
    need(set(value) <= set(required) | set(optional), f"{where} has {set(value) - set(required) - set(optional)}")
    need("" not in value.values(), f"{where} has an empty string")


def whole(where, value, least=1):
    need(isinstance(value, int) and not isinstance(value, bool) and value >= least, f"{where}: {value!r}")
    return value


def strict_json(data):
    need(not data.startswith(b"\xef\xbb\xbf"), "a byte order mark")

    def unique(pairs):
        need(len({key for key, _ in pairs}) == len(pairs), "a key twice")
        return dict(pairs)

    return json.loads(data.decode(), object_pairs_hook=unique)


def gitlab(data, expected):
    del expected
    seen = set()
    for issue in strict_json(data):
        keys("issue", issue, ["description", "check_name", "fingerprint", "severity", "location"])
        keys("location", issue["location"], ["path", "lines"])
        keys("lines", issue["location"]["lines"], ["begin"])
        need(issue["fingerprint"] not in seen, "a fingerprint twice")
        need(re.fullmatch("[0-9a-f]{32}", issue["fingerprint"]), "no fingerprint")
        need(not issue["location"]["path"].startswith(("/", "./")), "a path that is not relative")
        seen.add(issue["fingerprint"])
        weight = {"major": "E", "minor": "W", "info": "I"}[issue["severity"]]
        yield weight, issue["check_name"], issue["location"]["path"], \
            whole("begin", issue["location"]["lines"]["begin"]), issue["description"]


def replaced(text):
    """How many U+FFFD stand for bytes that are no text is up to who replaces them."""
    return re.sub("\ufffd+", "\ufffd", text)


def sarif_place(physical):
    keys("physicalLocation", physical, ["artifactLocation", "region"])
    keys("artifactLocation", physical["artifactLocation"], ["uri"])
    keys("region", physical["region"], ["startLine"])
    uri = physical["artifactLocation"]["uri"]
    need(re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri), f"no relative URI: {uri}")
    return uri, whole("startLine", physical["region"]["startLine"])


def sarif(data, expected):
    log = strict_json(data)
    keys("log", log, ["$schema", "version", "runs"])
    need(log["version"] == "2.1.0" and len(log["runs"]) == 1, "not one run of 2.1.0")
    run = log["runs"][0]
    keys("run", run, ["tool", "invocations", "results"])
    driver = run["tool"]["driver"]
    keys("driver", driver, ["name", "version", "rules"])
    for rule in driver["rules"]:
        keys("rule", rule, ["id", "shortDescription", "fullDescription", "help", "defaultConfiguration"])
        need(rule["defaultConfiguration"]["level"] in ("error", "warning", "note"), "no level")
        for text in ("shortDescription", "fullDescription", "help"):
            keys(text, rule[text], ["text"])
    need(len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"]), "a rule twice")
    need(len(run["results"]) <= 5000, "more results than GitHub shows")
    seen = set()
    levels = {"error": "E", "warning": "W", "note": "I"}
    invocation, = run["invocations"]
    keys("invocation", invocation, ["executionSuccessful", "toolExecutionNotifications"])
    unseen = any(entry["rule"] == "cannot-tell" for entry in expected)
    need(invocation["executionSuccessful"] is (not unseen), "executionSuccessful")
    for note in invocation["toolExecutionNotifications"]:
        keys("notification", note, ["descriptor", "level", "message"])
        keys("message", note["message"], ["text"])
        yield levels[note["level"]], note["descriptor"]["id"], "", 0, note["message"]["text"]
    for result in run["results"]:
        keys("result", result, ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
             ["suppressions", "relatedLocations"])
        keys("message", result["message"], ["text"])
        need(driver["rules"][whole("ruleIndex", result["ruleIndex"], 0)]["id"] == result["ruleId"], "ruleIndex")
        keys("fingerprints", result["partialFingerprints"], ["primaryLocationLineHash"])
        mark = result["partialFingerprints"]["primaryLocationLineHash"]
        need(mark not in seen, "a fingerprint twice")
        seen.add(mark)
        for suppression in result.get("suppressions", []):
            keys("suppression", suppression, ["kind"], ["justification"])
            need(suppression["kind"] in ("inSource", "external"), "the kind of a suppression")
        location, = result["locations"]
        keys("location", location, ["physicalLocation"])
        for other in result.get("relatedLocations", []):
            keys("relatedLocation", other, ["message", "physicalLocation"])
            keys("message", other["message"], ["text"])
            sarif_place(other["physicalLocation"])
        uri, line = sarif_place(location["physicalLocation"])
        path = replaced(urllib.parse.unquote_to_bytes(uri).decode(errors="replace"))
        yield levels[result["level"]] + ("A" if "suppressions" in result else ""), result["ruleId"], path, \
            line, result["message"]["text"]


def rdjson_place(location):
    keys("location", location, ["path"], ["range"])
    if "range" not in location:
        return location["path"], 0
    keys("range", location["range"], ["start"])
    keys("start", location["range"]["start"], ["line"])
    return location["path"], whole("line", location["range"]["start"]["line"])


def rdjson(data, expected):
    del expected
    result = strict_json(data)
    keys("result", result, ["source", "diagnostics"])
    keys("source", result["source"], ["name"])
    for diagnostic in result["diagnostics"]:
        keys("diagnostic", diagnostic, ["message", "severity", "code"], ["location", "related_locations"])
        keys("code", diagnostic["code"], ["value"])
        path, line = rdjson_place(diagnostic["location"]) if "location" in diagnostic else ("", 0)
        for other in diagnostic.get("related_locations", []):
            keys("related location", other, ["message", "location"])
            rdjson_place(other["location"])
        weight = {"ERROR": "E", "WARNING": "W", "INFO": "I"}[diagnostic["severity"]]
        yield weight, diagnostic["code"]["value"], path, line, diagnostic["message"]


def junit(data, expected):
    del expected
    need(len(data) < 30_000_000, "more than GitLab takes")
    root = xml.etree.ElementTree.fromstring(data)
    need(root.tag == "testsuites", root.tag)
    suite, = root
    need(suite.tag == "testsuite" and set(suite.attrib) == {"name", "tests", "failures", "errors", "skipped"}, "suite")
    counts = {"failure": 0, "error": 0, "skipped": 0, "system-out": 0}
    names = set()
    looked_at = 0
    for case in suite:
        need(case.tag == "testcase" and {"classname", "name"} <= set(case.attrib), "test case")
        need(set(case.attrib) <= {"classname", "name", "file", "line"}, "test case")
        name = case.get("classname"), case.get("name")
        need(name not in names, f"a name twice: {name}")
        names.add(name)
        if name[0] == "gmig":
            looked_at += 1
            continue
        outcome, = case
        counts[outcome.tag] += 1
        text = outcome.text
        line = int(case.get("line", "0"))
        path = case.get("file", "")
        if path:
            where = path.replace("\n", "\\x0a").replace("\t", "\\x09") + (f":{line}" if line else "") + ": "
            need(text.startswith(where), f"{text!r} does not begin with {where!r}")
            text = text[len(where):]
        if outcome.tag != "system-out":
            need(outcome.get("message") == text.split("\n")[0], "message")
        need((outcome.get("type") == name[0]) is (outcome.tag in ("failure", "error")), "type")
        weight = {"failure": "E", "error": "E", "skipped": "IA", "system-out": "-"}[outcome.tag]
        yield weight, name[0], path, line, text
    need(looked_at == 1, "no project was looked at")
    need(int(suite.get("tests")) == sum(counts.values()) + looked_at, "tests")
    for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        need(int(suite.get(name)) == counts[tag], name)


def teamcity_value(text):
    def unit(match):
        code = match.group(1)
        need(code[0] in "n|'[]" or code.startswith("0x"), f"escape {code}")
        return {"n": "\n"}.get(code, code) if len(code) == 1 else chr(int(code[2:], 16))

    need(re.fullmatch(r"(?:[^|'\[\]\n\r\x80-\U0010ffff]|\|(?:[n|'\[\]]|0x[0-9a-f]{4}))*", text), f"value {text!r}")
    text = re.sub(r"\|(0x[0-9a-f]{4}|.)", unit, text)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    need(len(text) <= 4000, "a value longer than 4000")
    return text


def teamcity(data, expected):
    declared = set()
    problems = set()
    for line in data.decode("ascii").splitlines():
        match = re.fullmatch(r"##teamcity\[(\w+)((?: \w+='(?:[^|']|\|.)*')+)\]", line)
        need(match, f"no service message: {line!r}")
        values = {name: teamcity_value(value)
                  for name, value in re.findall(r" (\w+)='((?:[^|']|\|.)*)'", match.group(2))}
        if match.group(1) == "inspectionType":
            keys("inspectionType", values, ["id", "name", "category", "description"])
            need(values["id"] not in declared, "a type twice")
            need(len(values["id"]) <= 255, "a long id")
            declared.add(values["id"])
        elif match.group(1) == "inspection":
            keys("inspection", values, ["typeId", "message", "file", "SEVERITY"], ["line"])
            need(values["typeId"] in declared, "an inspection of no type")
            weight = {"ERROR": "E", "WARNING": "W", "INFO": "I"}[values["SEVERITY"]]
            yield weight, values["typeId"], values["file"], int(values.get("line", "0")), values["message"]
        else:
            need(match.group(1) == "buildProblem", match.group(1))
            keys("buildProblem", values, ["description", "identity"])
            need(len(values["identity"]) <= 60, "a long identity")
            problems.add(values["identity"])
    errors = {"gmig." + entry["rule"] for entry in expected if entry["severity"] == "error"}
    need(problems == errors, f"problems {problems}, not {errors}")


def azure(data, expected):
    del expected
    for line in data.decode().split("\n")[:-1]:
        if line.startswith("##vso[task.logissue "):
            head, _, text = line[len("##vso[task.logissue "):].partition("]")
            values = {}
            for pair in head.split(";"):
                name, sign, value = pair.partition("=")
                need(sign and name in ("type", "sourcepath", "linenumber", "code"), f"property {pair!r}")
                values[name] = azure_value(value)
            need(values["type"] in ("error", "warning"), "type")
            yield values["type"][0].upper(), values["code"], values.get("sourcepath", ""), \
                int(values.get("linenumber", "0")), azure_value(text)
        else:
            need("##" not in line, f"a command: {line!r}")


def azure_value(text):
    need(re.fullmatch(r"(?:[^%\r]|%(?:3B|0D|0A|5D|AZP25))*", text), f"value {text!r}")
    for escape, char in (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")):
        text = text.replace(escape, char)
    return text


def github(data, expected):
    del expected
    lines = data.decode().split("\n")
    need(lines[-1] == "" and lines[-2].startswith("gmig: "), "no last line")
    for line in lines[:-2]:
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        need(match, f"no command: {line!r}")
        values = {}
        for pair in match.group(2).split(","):
            name, sign, value = pair.partition("=")
            need(sign and name in ("file", "line", "title"), f"property {pair!r}")
            values[name] = github_value(value, r"(?:[^%\r:,]|%(?:25|0D|0A|3A|2C))*")
        yield {"error": "E", "warning": "W", "notice": "I"}[match.group(1)], values["title"], \
            values.get("file", ""), int(values.get("line", "0")), github_value(match.group(3), r"(?:[^%\r]|%(?:25|0D|0A))*")


def github_value(text, form):
    need(re.fullmatch(form, text), f"value {text!r}")
    return re.sub("%([0-9A-F]{2})", lambda match: chr(int(match.group(1), 16)), text)


def markdown(data, expected):
    """Text is letters, digits, entities and what means nothing to Markdown; the only tags are ours."""
    need(len(data) <= 1024 * 1024, "more than GitHub takes")
    lines = data.decode().split("\n")
    need(lines.pop() == "" and lines[0].startswith("### gmig: "), "no heading")
    harmless = r"(?:[A-Za-z0-9 .,;()'/\x80-\U0010ffff-]|&#\d+;|<br>)*"
    need(re.fullmatch("### gmig&#58;".replace("&#58;", ":") + harmless, lines[0]), f"heading {lines[0]!r}")
    if expected:
        need(lines[1:4] == ["", "| | rule | where | what |", "|---|---|---|---|"], "no table")
    more = len(lines) > 4 and re.fullmatch(r"(\d+) more; `gmig check` shows all\.", lines[-1])
    rows = lines[4:-2] if more else lines[4:]
    for line in rows:
        match = re.fullmatch(r"\| (\w+) \| ([a-z-]+) \| (?:<code>(%s)</code>)? \| (%s) \|" % (harmless, harmless), line)
        need(match, f"no row: {line!r}")
        where, text = (re.sub(r"&#(\d+);", lambda found: chr(int(found.group(1))), (part or "").replace("<br>", "\n"))
                       for part in match.group(3, 4))
        path, _, number = where.rpartition(":")
        if not number.isdigit():
            path, number = where, "0"
        yield {"error": "E", "warning": "W", "info": "I", "allowed": "IA"}[match.group(1)], match.group(2), path, \
            int(number), text
    need(len(rows) + int(more.group(1) if more else 0) == len(expected), "rows")


def row(name, entry):
    """What the format has to say of an entry."""
    weight = MARK[entry["severity"]]
    path = entry["path"]
    line = entry["line"]
    text = entry["text"]
    rule = entry["rule"]
    if name in ("gitlab", "sarif"):
        path, line = entry["place"], max(line, 1)
    if name == "sarif":
        path = replaced(path)
        weight += "A" if entry["allowed"] else ""
        if not entry["finding"]:
            path, line = "", 0
    if name == "junit":
        weight = "IA" if entry["allowed"] else "E" if weight == "E" else "-"
        path = entry["shown_path"]
    if name in ("azure", "github"):
        path = entry["shown_path"]
    if name == "teamcity":
        path = entry["shown_path"] or entry["place"]
    if name == "github":
        rule += " (allowed)" if entry["allowed"] else ""
    if name == "markdown":
        weight += "A" if entry["allowed"] else ""
        path = entry["shown_path"].replace("\n", "\\x0a").replace("\t", "\\x09")
        text = text.replace("\t", " ")
    text = text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") if name == "junit" else text
    path = path.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") if name == "junit" else path
    return weight, rule, path, line, text


def compare(folder, name):
    with open(f"{folder}/expected", encoding="utf-8") as file:
        expected = json.load(file)
    with open(f"{folder}/{name}", "rb") as file:
        data = file.read()
    said = list(globals()[name](data, expected))
    wanted = [row(name, entry) for entry in expected]
    if name in ("azure", "github"):  # ten of a kind; the last is the count where there are more
        for weight in "EWI":
            of_weight = [one for one in said if one[0] == weight and one[1] != "gmig"]
            need(len([one for one in said if one[0] == weight]) <= 10, "more than ten of a kind")
            for one in of_weight:
                need(one in wanted, f"{name} says {one!r}")
        if expected:
            need(any(said), f"{name} says nothing")
        return
    if name == "markdown":
        wanted = wanted[:len(said)]
    if name == "sarif":  # what is no result comes first
        wanted.sort(key=lambda one: one[3] != 0)
    need(len(said) == len(wanted), f"{name} says {len(said)} things, not {len(wanted)}")
    for have, want in zip(said, wanted):
        need(have == want, f"{name} says\n{have!r}, not\n{want!r}")


for one in sys.argv[2:] or ["gitlab", "sarif", "rdjson", "junit", "teamcity", "azure", "github", "markdown"]:
    compare(sys.argv[1], one)
