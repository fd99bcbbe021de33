/** The standalone server: command line, configuration and everything wired. */
@NullMarked
package io.github.responses4j.server;

import org.jspecify.annotations.NullMarked;
