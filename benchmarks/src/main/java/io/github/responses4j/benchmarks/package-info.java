/**
 * JMH benchmarks of the engine, run after a build as {@code java -jar benchmarks/target/benchmarks.jar}, with a pattern to choose
 * some, {@code -h} for the options.
 */
@NullMarked
package io.github.responses4j.benchmarks;

import org.jspecify.annotations.NullMarked;
