/** The storage contract: documents, ids and leases, on the JDK alone; it knows no item type. */
@NullMarked
package io.github.responses4j.store;

import org.jspecify.annotations.NullMarked;
