"""`vpsbot sandbox …` as a process of its own."""

import asyncio
import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


async def started(folder: Path, *words: str) -> asyncio.subprocess.Process:
    """Starts the command in a folder."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "sandbox", *words),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
