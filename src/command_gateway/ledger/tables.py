"""The tables: entries (the chain), requests (where each one stands), head (where the chain ends), heartbeat."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

SCHEMA_VERSION = 1

metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("recorded_at", String(32), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("row_hash", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("entries_of_request", "request_id", "sequence"),
)

requests = Table(
    "requests",
    metadata,
    Column("request_id", String(64), primary_key=True),
    Column("source_id", String(128), nullable=False),
    Column("received_at", String(32), nullable=False),
    Column("status", String(32), nullable=False),
    Column("effect", String(16)),
    Column("targets", Text, nullable=False),
    Column("intent", Text, nullable=False),
    Column("command", Text),
    Column("expires_at", String(32)),
    Column("idempotency_key", String(128)),
    Column("body_hash", String(64)),
    Index("requests_by_time", "received_at", "request_id"),
    Index("requests_by_source", "source_id", "received_at", "request_id"),
    Index("requests_by_status", "status", "received_at", "request_id"),
    Index("requests_by_effect", "effect", "received_at", "request_id"),
    Index("requests_by_key", "source_id", "idempotency_key", "received_at"),
)

request_targets = Table(
    "request_targets",
    metadata,
    Column("target", Text, primary_key=True),
    Column("received_at", String(32), primary_key=True),
    Column("request_id", String(64), ForeignKey("requests.request_id"), primary_key=True),
    Index("targets_of_request", "request_id"),
)

head = Table(
    "head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("schema_version", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("at", String(32), primary_key=True),
)
