@org.jspecify.annotations.NullMarked
package io.github.responses4j.reliability;
