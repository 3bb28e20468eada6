"""`vpsbot audit verify`: reads every workspace's log and says what is wrong with it, if anything is."""

from bot.config import BadSettings, from_environment
from bot.domain.audit import Anchor, Entry, Finding, Flaw
from bot.domain.audit import verify as verify_log
from bot.store import audit
from bot.store.engine import DatabaseAway, DatabaseFailure, DatabaseProblem, Store
from bot.store.sealing import KeyProblem, Sealer

_WORDS = {
    Flaw.ALTERED: "entry {seq} was altered",
    Flaw.MISSING: "entry {seq} is missing",
    Flaw.REORDERED: "entry {seq} is out of order or doubled",
    Flaw.TRUNCATED: "the tail is cut off: entry {seq} and what follows is missing",
    Flaw.BEYOND_HEAD: "entry {seq} was added behind the signed head",
    Flaw.NO_HEAD: "the signed head is gone (there are {seq} entries)",
    Flaw.BAD_SIGNATURE: "the head at entry {seq} has no good signature",
    Flaw.FOREIGN_KEY: "the head at entry {seq} is signed with another key than the one you hold",
    Flaw.ROLLED_BACK: "the log was set back to an earlier state: from entry {seq} on it is not the one you noted",
}


async def verify(workspace: str | None, public_key: str | None, noted: str | None = None) -> int:
    """Prints a line a workspace; the exit status: 0 all good, 1 something is wrong, 2 could not look."""
    if noted and not workspace:
        print("A noted head is one workspace's: say which with --workspace.")
        return 2
    try:
        settings = from_environment()
        trusted = bytes.fromhex(public_key) if public_key else None
        anchor = _anchor(noted) if noted else None
        store = Store(settings.database_url, Sealer(settings.encryption_keys.get_secret_value()))
    except (BadSettings, KeyProblem, DatabaseProblem) as problem:
        print(problem)
        return 2
    except ValueError:
        print("The public key is hexadecimal, a noted head is SEQ:HASH, as this command prints them.")
        return 2
    try:
        await store.check()
        return await _verify(store, workspace, trusted, anchor)
    except DatabaseAway as away:
        print(away)
        return 2
    except DatabaseFailure:
        print("The database can't be read, or it is not vpsbot's. Look at DATABASE_URL.")
        return 2
    finally:
        await store.close()


async def _verify(store: Store, only: str | None, trusted: bytes | None, anchor: Anchor | None) -> int:
    status = 0
    async with store.read() as tx:
        names = [only] if only else await audit.workspaces(tx)
        for name in names:
            try:
                entries: list[Entry] = [entry async for entry in audit.stream(tx, name)]
                head = await audit.head(tx, name)
                found = verify_log(entries, head, check=audit.good_signature, trusted_key=trusted, anchor=anchor)
            except (ValueError, TypeError, AttributeError):  # SQLite keeps a value of any type in any column
                status = 1
                print(f"{name}: BROKEN: a field holds what the bot never writes there")
                continue
            if isinstance(found, Finding):
                status = 1
                print(f"{name}: BROKEN: {_WORDS[found.flaw].format(seq=found.seq)}")
            else:
                head_said = f", head {head.seq}:{head.hash.hex()}, signed by {head.public_key.hex()}" if head else ""
                print(f"{name}: good, {found:,} entries{head_said}")
    if not names:
        print("There is no log yet.")
    return status


def _anchor(noted: str) -> Anchor:
    """A head as this command printed it. Raises ValueError."""
    seq, _, digest = noted.partition(":")
    return Anchor(int(seq), bytes.fromhex(digest))
