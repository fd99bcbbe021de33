/** Items: the units of context that are said, called, returned or thought, and their parts. */
@NullMarked
package io.github.responses4j.item;

import org.jspecify.annotations.NullMarked;
