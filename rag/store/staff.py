"""Staff accounts in the database."""

import secrets
from typing import Any

import sqlalchemy as sa

from rag.errors import UsageError
from rag.store.accounts import account_name, check_password, hash_password, matches, normal_name
from rag.store.database import SYSTEM, Database
from rag.store.records import Account
from rag.store.tables import accounts

AnyRow = sa.Row[*tuple[Any, ...]]


class StaffAccounts(Database):
    """Make, check and remove staff accounts; passwords are only kept as argon2id hashes."""

    def add_account(self, name: str, password: str) -> Account:
        """Make a staff account; raise UsageError when the name is taken or the password unfit."""
        kept = account_name(name)
        check_password(password, kept)
        secret, now = _secret(password), self.clock()
        with self.writing() as connection:
            if connection.execute(sa.select(accounts.c.name).where(accounts.c.name == kept)).first():
                raise UsageError(f"There is an account named {kept} already; choose another name.")
            connection.execute(sa.insert(accounts).values(name=kept, created=now, **secret))
            self.note_audit(connection, SYSTEM, "added account", kept)
        return Account(name=kept, version=secret["version"], created=now)

    def set_password(self, name: str, password: str) -> None:
        """Change a password; every session of that account ends."""
        kept = account_name(name)
        check_password(password, kept)
        self._change(kept, "changed password", sa.update(accounts).values(_secret(password)))

    def end_sessions(self, account: Account) -> None:
        """End every session of an account; does nothing when they have ended already."""
        held = (accounts.c.name == account.name, accounts.c.version == account.version)
        with self.writing() as connection:
            change = sa.update(accounts).where(*held).values(version=_new_version())
            if connection.execute(change).rowcount:
                self.note_audit(connection, account.name, "logged out", "")

    def remove_account(self, name: str) -> None:
        """Remove an account; its sessions end, what it wrote stays."""
        self._change(account_name(name), "removed account", sa.delete(accounts))

    def account(self, name: str) -> Account | None:
        """Give an account, or None when there is none of that name."""
        found = self._row(name)
        return None if found is None else _account(found)

    def verify(self, name: str, password: str) -> Account | None:
        """Give the account when the password is right; an unknown name takes as long as a wrong password."""
        found = self._row(name)
        right = matches(password, None if found is None else str(found.password_hash))
        return _account(found) if found is not None and right else None

    def _row(self, name: str) -> AnyRow | None:
        with self.reading() as connection:
            return connection.execute(sa.select(accounts).where(accounts.c.name == normal_name(name))).first()

    def _change(self, name: str, action: str, change: sa.Update | sa.Delete) -> None:
        with self.writing() as connection:
            if not connection.execute(change.where(accounts.c.name == name)).rowcount:
                raise UsageError(f"There is no account named {name}.")
            self.note_audit(connection, SYSTEM, action, name)


def _secret(password: str) -> dict[str, str]:
    return {"password_hash": hash_password(password), "version": _new_version()}


def _new_version() -> str:
    # Random rather than a count: an account removed and made again has another one.
    return secrets.token_hex(16)


def _account(row: AnyRow) -> Account:
    return Account(name=row.name, version=row.version, created=row.created)
