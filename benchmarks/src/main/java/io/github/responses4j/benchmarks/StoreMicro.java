package io.github.responses4j.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** The least that a database can do for a turn: one row with one commit, and a row a turn read in order. For one thread. */
final class StoreMicro implements AutoCloseable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String TURN =
            "{\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\""
                    + "say something please ".repeat(10)
                    + "\"}]}],\"output\":[{\"id\":\"msg_0\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\",\"content\":"
                    + "[{\"type\":\"output_text\",\"annotations\":[],\"text\":\"" + "lorem".repeat(200) + "\"}]}]}";
    private static final String BODY = "x".repeat(1700) + TURN;

    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement read;
    private long rows;

    StoreMicro(DataSource source, int depth) throws SQLException {
        connection = source.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS bench_commit (id VARCHAR(80) PRIMARY KEY, body TEXT)");
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS bench_turn (conversation VARCHAR(80), seq INT, body TEXT, PRIMARY KEY (conversation, seq))");
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM bench_turn");
        }
        try (PreparedStatement fill = connection.prepareStatement("INSERT INTO bench_turn VALUES ('c', ?, ?)")) {
            for (int i = 0; i < depth; i++) {
                fill.setInt(1, i);
                fill.setString(2, TURN);
                fill.addBatch();
            }
            fill.executeBatch();
        }
        connection.commit();
        insert = connection.prepareStatement("INSERT INTO bench_commit VALUES (?, ?)");
        read = connection.prepareStatement("SELECT body FROM bench_turn WHERE conversation = ? ORDER BY seq");
    }

    /** Inserts a row of 3 kB and commits. */
    void commit() throws SQLException {
        insert.setString(1, "resp_" + System.nanoTime() + "_" + rows++);
        insert.setString(2, BODY);
        insert.executeUpdate();
        connection.commit();
    }

    /** Reads all turns and parses them; gives the characters of their texts. */
    int history() throws SQLException, IOException {
        int characters = 0;
        read.setString(1, "c");
        try (ResultSet turns = read.executeQuery()) {
            while (turns.next()) {
                characters += texts(turns.getString(1).getBytes(StandardCharsets.UTF_8));
            }
        }
        connection.commit();
        return characters;
    }

    private static int texts(byte[] json) throws IOException {
        int characters = 0;
        try (JsonParser parser = JSON.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals("text")) {
                    characters += parser.nextTextValue().length();
                }
            }
        }
        return characters;
    }

    @Override
    public void close() throws SQLException {
        insert.close();
        read.close();
        connection.setAutoCommit(true);
        connection.close();
    }
}
