"""`vpsbot keys rotate`: seals everything with the newest key, also beside a running server, and says so in the log."""

from datetime import UTC, datetime

from bot.config import BadSettings, from_environment
from bot.domain.audit import BOT, Action, Draft
from bot.store import audit
from bot.store.engine import DatabaseFailure, DatabaseProblem, Store
from bot.store.rotation import rotate
from bot.store.sealing import KeyProblem, Sealer, Unreadable


async def rotate_all() -> int:
    """The exit status: 0 all is sealed with the newest key, 1 something can't be read, 2 could not look."""
    try:
        settings = from_environment()
        store = Store(settings.database_url, Sealer(settings.encryption_keys.get_secret_value()))
        return await _rotate(store)
    except (BadSettings, KeyProblem, DatabaseProblem) as problem:
        print(problem)
    except DatabaseFailure:
        print("The database can't be written, or it is not vpsbot's. Look at DATABASE_URL.")
    return 2


async def _rotate(store: Store) -> int:
    try:
        done = await rotate(store)
        for workspace, count in sorted(done.sealed.items()):
            try:
                async with store.begin("keys.rotated", workspace) as tx:
                    draft = Draft(Action.KEYS_ROTATED, BOT, detail={"sealed": count})
                    await audit.append(tx, workspace, draft, datetime.now(UTC))
            except Unreadable:
                done.unreadable.append(f"the log of {workspace}, which can't be signed")
    finally:
        await store.close()
    print(f"{done.sealed.total():,} values were sealed with the newest key.")
    for each in done.unreadable:
        print(f"No key in VPSBOT_ENCRYPTION_KEYS opens {each}: it was left as it is.")
    if not done.unreadable:
        print("The older keys can be left out of VPSBOT_ENCRYPTION_KEYS at the next start.")
    return 1 if done.unreadable else 0
