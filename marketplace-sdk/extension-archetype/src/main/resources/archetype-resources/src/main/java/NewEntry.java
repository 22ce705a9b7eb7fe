package ${package};

import javax.validation.constraints.NotBlank;
import javax.validation.constraints.Size;

/** An entry as a client sends it. */
public record NewEntry(@NotBlank @Size(max = 1000) String text) {}
