"""Conversations, turns, notes, accounts and the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _conversation_key() -> sa.Column[str]:
    key = sa.ForeignKey("conversations.id", ondelete="CASCADE")
    return sa.Column("conversation_id", sa.String(64), key, nullable=False, index=True)


def upgrade() -> None:
    """Build the first tables."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("started", sa.DateTime, nullable=False, index=True),
        sa.Column("last", sa.DateTime, nullable=False, index=True),
        sa.Column("reviewed_by", sa.String(64)),
        sa.Column("reviewed", sa.DateTime),
    )
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _conversation_key(),
        sa.Column("asked", sa.DateTime, nullable=False, index=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("understood", sa.Text, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("answer_text", sa.Text, nullable=False),
        sa.Column("answer_json", sa.Text, nullable=False),
        sa.Column("retrieved_json", sa.Text, nullable=False),
        sa.Column("liked", sa.Boolean),
        sa.Column("reason", sa.Text),
        sa.Column("removed", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _conversation_key(),
        sa.Column("turn_id", sa.Integer, sa.ForeignKey("turns.id", ondelete="CASCADE"), index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Remove the first tables and everything in them."""
    for table in ("audit", "accounts", "notes", "turns", "conversations"):
        op.drop_table(table)
