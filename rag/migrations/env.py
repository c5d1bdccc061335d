"""Run the migration steps on the connection that the store hands over, inside its transaction."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    transactional_ddl=True,  # SQLite can roll back DDL too, once the driver leaves BEGIN to the store
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
