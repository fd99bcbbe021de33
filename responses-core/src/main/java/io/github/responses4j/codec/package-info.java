/** The one mapping between the wire and the model: dialects in, exact bytes out. */
@NullMarked
package io.github.responses4j.codec;

import org.jspecify.annotations.NullMarked;
