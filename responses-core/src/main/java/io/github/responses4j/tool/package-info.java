/** What a model may call: tool definitions, the choice among them, and tools that the engine runs itself. */
@NullMarked
package io.github.responses4j.tool;

import org.jspecify.annotations.NullMarked;
