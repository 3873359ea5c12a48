# SPDX-License-Identifier: BSD-2-Clause
"""A test that was not run, or that is expected to fail, is a test that failed: what it promises is not held."""

import pytest


def _fail_if_skipped(report):
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"not run, and so not held: {reason}"
        # An expected failure is reported as a skip with this attribute.
        if hasattr(report, "wasxfail"):
            report.longrepr = f"an expected failure is a failure: {report.wasxfail}"
            del report.wasxfail


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport():
    """A test that skips itself."""
    _fail_if_skipped((yield).get_result())


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_make_collect_report():
    """A file that skips itself whole counts too."""
    _fail_if_skipped((yield).get_result())
