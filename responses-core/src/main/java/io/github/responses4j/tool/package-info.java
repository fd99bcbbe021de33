/** Tool definitions, the choice between them, and tools that the engine itself runs. */
@NullMarked
package io.github.responses4j.tool;

import org.jspecify.annotations.NullMarked;
