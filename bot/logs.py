"""Log lines with fields, one format for people and one for machines. No secret is ever given to the log."""

import logging
import sys

import structlog


def configure(log_format: str) -> None:
    """`console` for people, `json` for machines; both to standard error."""
    renderer = (
        structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    # What strangers send is theirs: malformed requests are answered, not logged with their bytes.
    for noisy in ("aiohttp.access", "aiohttp.server", "slack_bolt", "slack_sdk"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    logging.getLogger("procrastinate").setLevel(logging.ERROR)  # one line a ticket, else
