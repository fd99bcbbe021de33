package io.github.responses4j.response;

/**
 * Something in a request that is not honoured, though the request is carried out.
 *
 * @param param which parameter, such as {@code top_k}
 * @param message what happens instead
 */
public record Warning(String param, String message) {}
