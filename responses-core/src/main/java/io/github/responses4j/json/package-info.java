/** JSON as the engine handles it: immutable objects, strict reading, loss-free writing. */
@NullMarked
package io.github.responses4j.json;

import org.jspecify.annotations.NullMarked;
