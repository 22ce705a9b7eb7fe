package org.platformforge.auth.domain.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sends SMS through a gateway over HTTP: {@code POST} of {@code {"id","to","from","text"}} as JSON; any 2xx means that it was
 * taken over, 400 and 422 that it never will be.
 */
final class SmsGateway implements Sender {
    private static final Duration TIME = Duration.ofSeconds(10);

    private final MessageConfig config;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIME).build();

    SmsGateway(MessageConfig config) {
        this.config = config;
    }

    @Override
    public void send(Message message) throws DeliveryException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(config.sms_url()))
                .timeout(TIME)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body(message)));
        if (!config.sms_token().isBlank()) {
            request.header("Authorization", "Bearer " + config.sms_token());
        }
        int status;
        try {
            status = client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new DeliveryException("The SMS gateway cannot be reached: " + e.getMessage(), false, e);
        }
        if (status / 100 != 2) {
            throw new DeliveryException("The SMS gateway answered " + status, status == 400 || status == 422, null);
        }
    }

    private byte[] body(Message message) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("id", message.id());
        fields.put("to", message.to());
        fields.put("from", config.sms_from());
        fields.put("text", message.text());
        try {
            return new ObjectMapper().writeValueAsBytes(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Texts cannot be written as JSON", e);
        }
    }
}
