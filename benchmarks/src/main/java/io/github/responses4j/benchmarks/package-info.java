/** JMH benchmarks of the engine. */
@NullMarked
package io.github.responses4j.benchmarks;

import org.jspecify.annotations.NullMarked;
