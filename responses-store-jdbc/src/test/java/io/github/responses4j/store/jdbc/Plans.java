package io.github.responses4j.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** How a database would carry out what a store asks for. */
final class Plans {
    private Plans() {}

    /** Writes thousands of responses: some are due, some have expired, most have time. */
    static void fill(DataSource source, String analyze) throws SQLException {
        try (Connection connection = source.getConnection()) {
            Dialect.execute(
                    connection,
                    "INSERT INTO r4j_response (tenant, uid, name, id, background, status, epoch, attempts, handed_back,"
                            + " due_at, created_at, time_to_live, expires_at, deleted, last_seq, inputs, outputs, document,"
                            + " request) WITH RECURSIVE numbers (n) AS"
                            + " (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 6000)"
                            + " SELECT 'tenant', CONCAT('u', n), CONCAT('r', n), CONCAT('r', n), MOD(n, 2),"
                            + " CASE WHEN MOD(n, 3) = 0 THEN 'in_progress' ELSE 'completed' END, 1, 1, 0,"
                            + " CASE WHEN MOD(n, 3) > 0 THEN NULL WHEN n < 20 THEN 1 ELSE 9000000000000000 + n END,"
                            + " n, 1000000,"
                            + " CASE WHEN MOD(n, 3) = 0 THEN NULL WHEN n < 20 THEN 1 ELSE 9000000000000000 + n END,"
                            + " 0, -1, 0, 0, '{}', '{}' FROM numbers");
            Dialect.execute(
                    connection,
                    "INSERT INTO r4j_deleted (tenant, id, uid, deleted_at, until_at) SELECT tenant, CONCAT('d', id),"
                            + " CONCAT('d', uid), 0, 9000000000000000 + created_at FROM r4j_response");
            for (String table : List.of("r4j_response", "r4j_deleted")) {
                Dialect.execute(connection, analyze + " " + table);
            }
        }
    }

    /** The lines of a plan in one text. */
    static String of(DataSource source, String explain, String sql, int... values) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(explain + " " + sql)) {
            for (int n = 0; n < values.length; n++) {
                statement.setInt(n + 1, values[n]);
            }
            StringBuilder plan = new StringBuilder();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            return plan.toString();
        }
    }
}
