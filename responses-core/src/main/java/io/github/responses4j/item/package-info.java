/** The units of context: items, their content parts, annotations, statuses and ids. */
@NullMarked
package io.github.responses4j.item;

import org.jspecify.annotations.NullMarked;
