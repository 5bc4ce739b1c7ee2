"""Our own launcher for an embedded PostgreSQL 18: address, binaries, cluster, keeper and lease."""
