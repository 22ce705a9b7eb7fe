package example.notes;

import javax.validation.constraints.NotBlank;
import javax.validation.constraints.Size;

/** A note as a client sends it. */
public record NewNote(@NotBlank @Size(max = 10_000) String text) {}
