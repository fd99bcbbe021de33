"""Sums the JUnit reports in a folder, one line per suite, and ends with one line for all. Fails when anything failed.

A report is NAME.xml, or a folder NAME with such files. NAME.broken says that the suite's command failed, which counts
even if the report knows of no failure. A skipped test and a suite without tests count as failures.
"""

import pathlib
import sys
from xml.etree import ElementTree


def count(path):
    """The number of tests that passed, and of those that did not, in a report."""
    passed = failed = 0
    for file in sorted(path.glob("*.xml")) if path.is_dir() else [path]:
        for case in ElementTree.parse(file).iter("testcase"):
            if any(case.find(outcome) is not None for outcome in ("failure", "error", "skipped")):
                failed += 1
            else:
                passed += 1
    return passed, failed


def main(folder):
    reports = pathlib.Path(folder)
    names = sorted({path.name.removesuffix(".xml").removesuffix(".broken") for path in reports.iterdir()})
    all_passed = all_failed = 0
    for name in names:
        path = reports / name if (reports / name).is_dir() else reports / f"{name}.xml"
        passed, failed = count(path) if path.exists() else (0, 0)
        if failed == 0 and (passed == 0 or (reports / f"{name}.broken").exists()):
            failed = 1
        print(f"{name}: {passed} passed, {failed} failed")
        all_passed += passed
        all_failed += failed
    print(f"interop: {all_passed} passed, {all_failed} failed")
    return 0 if all_passed and not all_failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
