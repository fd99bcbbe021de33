/** Contracts, a scripted backend and recorders for tests of and with the engine. */
@NullMarked
package io.github.responses4j.testkit;

import org.jspecify.annotations.NullMarked;
