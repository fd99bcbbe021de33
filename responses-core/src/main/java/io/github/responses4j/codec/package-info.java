/** Reading every request dialect into the model, and writing responses and events exactly. */
@NullMarked
package io.github.responses4j.codec;

import org.jspecify.annotations.NullMarked;
