package io.github.responses4j.server;

/** Entry point of the standalone server. */
public final class Main {
    private Main() {}

    /**
     * Starts the server.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.out.println("responses-server " + Main.class.getPackage().getImplementationVersion());
    }
}
