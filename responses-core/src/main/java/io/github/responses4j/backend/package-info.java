/** What samples a model: the contract of backends and the small vocabulary that they speak. */
@NullMarked
package io.github.responses4j.backend;

import org.jspecify.annotations.NullMarked;
