"""Tables, sessions, queries, migrations, and the durable queues."""
