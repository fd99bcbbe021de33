/** The one configured JSON mapper with its limits, and strict reading of UTF-8. */
@NullMarked
package io.github.responses4j.json;

import org.jspecify.annotations.NullMarked;
