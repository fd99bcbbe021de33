package io.github.responses4j.server;

import io.github.responses4j.store.Tenant;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;

/** Entry point of the standalone server. */
public final class Main {
    private Main() {}

    /**
     * Starts the server, and runs it until the process is told to stop (SIGTERM, SIGINT); then the status is 0. It is 1 if the server
     * cannot start, and 2 if the options are wrong.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Gives the exit status, or waits for ever once the server runs. */
    private static int run(String[] args) {
        Settings settings;
        Arguments arguments = new Arguments();
        try {
            CommandLine line = arguments.commandLine();
            line.parseArgs(args);
            if (CommandLine.printHelpIfRequested(line.getParseResult())) {
                return 0;
            }
            settings = SettingsReader.read(arguments, System.getenv());
            if (arguments.tenant != null && arguments.restore.isEmpty()) {
                throw new BadSettingsException("--tenant says whose response is to be restored: --restore is missing");
            }
        } catch (CommandLine.ParameterException | BadSettingsException e) {
            return tell(BadSettingsException.STATUS, String.valueOf(e.getMessage()) + " (see --help)");
        }
        Running running;
        try {
            if (!arguments.restore.isEmpty()) {
                String tenant = arguments.tenant == null ? Tenant.SINGLE.id() : arguments.tenant;
                Restoring.run(settings, tenant, arguments.restore, System.out);
                return 0;
            }
            running = Running.start(settings);
        } catch (UncheckedIOException e) {
            return tell(
                    CannotStartException.STATUS,
                    "cannot listen on " + settings.host() + ":" + settings.port() + ": " + reason(e));
        } catch (CannotStartException e) {
            return tell(CannotStartException.STATUS, String.valueOf(e.getMessage()));
        } catch (BadSettingsException e) {
            return tell(BadSettingsException.STATUS, String.valueOf(e.getMessage()));
        }
        stopWithProcess(running);
        System.out.println(running.readyLine() + System.lineSeparator() + running.storeLine());
        System.out.flush();
        waitForEver();
        return 0;
    }

    private static String reason(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? String.valueOf(e.getMessage()) : reason(cause);
    }

    private static int tell(int status, String what) {
        PrintStream err = System.err;
        err.println("responses-server: " + what.lines().findFirst().orElse(""));
        return status;
    }

    /** A signal is the way to stop, so it is no failure: the process ends with status 0 when everything is closed. */
    private static void stopWithProcess(Running running) {
        Thread hook = new Thread(
                () -> {
                    running.close();
                    Runtime.getRuntime().halt(0);
                },
                "responses-stop");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
