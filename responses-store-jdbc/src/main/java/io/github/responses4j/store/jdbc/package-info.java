/**
 * {@link io.github.responses4j.store.ResponseStore} on H2, SQLite, PostgreSQL, MySQL and MariaDB.
 *
 * <p>Documents beside a few columns; no document is parsed. Every key starts with the tenant, and there is no sequence that all
 * tenants share. Names are kept in ASCII, so that no collation takes two of them for one.
 */
@NullMarked
package io.github.responses4j.store.jdbc;

import org.jspecify.annotations.NullMarked;
