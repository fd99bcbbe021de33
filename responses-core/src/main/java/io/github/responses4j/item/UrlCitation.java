package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * A web page that the text cites.
 *
 * @param json the annotation as on the wire
 */
public record UrlCitation(JsonObject json) implements Annotation {
    /** The kind's name on the wire. */
    public static final String TYPE = "url_citation";

    /** A citation of the characters from {@code start}, counted from 0, up to but not including {@code end}. */
    public static UrlCitation of(String url, String title, int start, int end) {
        return new UrlCitation(JsonObject.ofType(TYPE)
                .put("url", url)
                .put("title", title)
                .put("start_index", start)
                .put("end_index", end)
                .build());
    }

    /** The page's address; empty if it says none. */
    public String url() {
        return json.string("url", "");
    }

    /** The page's title; empty if it says none. */
    public String title() {
        return json.string("title", "");
    }
}
