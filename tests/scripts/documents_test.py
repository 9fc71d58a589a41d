#!/usr/bin/env python3
"""The documents name what the program has, and nothing that it lacks: studies, recipes, settings, pictures, links."""
import os
import pathlib
import re
import sys
import tomllib

SOURCE = pathlib.Path(os.environ["GANVAS_SOURCE"])
DOCUMENTS = sorted((SOURCE / "docs").glob("*.md")) + sorted(SOURCE.glob("*.md"))
found = []


def check(true, what):
    if not true:
        found.append(what)


def names(kind):
    return {file.stem: tomllib.loads(file.read_text()) for file in sorted((SOURCE / "assets" / kind).glob("*.toml"))}


studies, recipes = names("studies"), names("recipes")
texts = {document.name: document.read_text() for document in DOCUMENTS}
folders = {document.name: document.parent for document in DOCUMENTS}

for name, study in studies.items():
    check(f"`{name}`" in texts["reports.md"], f"reports.md does not name study {name}")
    check(name in texts[f"reports-{study['report']}.md"], f"reports-{study['report']}.md does not name study {name}")
for name, recipe in recipes.items():
    row = next((line for line in texts["recipes.md"].splitlines() if line.startswith(f"| `{name}` |")), "")
    check(row, f"recipes.md has no row for recipe {name}")
    check(recipe["description"].split(":")[0].rstrip(".") in row, f"recipes.md describes recipe {name} otherwise")

settings = set(re.findall(r"^\| `([a-z0-9_]+\.[a-z0-9_]+)` \|", texts["settings.md"], re.M))
check(len(settings) > 50, "settings.md is not a table of settings any more")
parts = {setting.split(".")[0] for setting in settings}
for name, text in texts.items():
    for quoted in re.findall(r"`(report\d-[a-z0-9-]+)`", text):
        check(quoted in studies or quoted in recipes, f"{name} names {quoted}, which is neither a study nor a recipe")
    for setting in re.findall(r"(?:--set |`)([a-z]+\.[a-z0-9_]+)=", text):
        check(setting in settings or setting.split(".")[0] not in parts, f"{name} names setting {setting}, which is unknown")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target:
            check((folders[name] / target).exists(), f"{name} links to {target}, which is not there")

for picture in sorted((SOURCE / "docs" / "pictures").iterdir()):
    check(any(picture.name in text for text in texts.values()), f"no document shows {picture.name}")

for line in found:
    print(line, file=sys.stderr)
print(f"{len(studies)} studies, {len(recipes)} recipes, {len(settings)} settings, {len(texts)} documents: {len(found)} failed")
sys.exit(1 if found else 0)
