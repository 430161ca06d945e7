package coalmine.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What people have set: a system property such as {@code coalmine.vamp.url}, or else the environment variable of the same name, {@code COALMINE_VAMP_URL}.
 * A secret stands in the environment, or in a file that is named as {@code @FILE}; in a property it would show in lists of processes and in Surefire's
 * reports.
 */
final class Settings {

    /** All that can be set, as the README tells; who has misspelt one would else run on something else. */
    static final Set<String> NAMES = new TreeSet<>(Set.of(
            "coalmine.platform",
            "coalmine.pace",
            "coalmine.vamp.image",
            "coalmine.vamp.url",
            "coalmine.vamp.token",
            "coalmine.vamp.user",
            "coalmine.vamp.password",
            "coalmine.marathon.url",
            "coalmine.marathon.token",
            "coalmine.marathon.user",
            "coalmine.marathon.password",
            "coalmine.gateway.host",
            "coalmine.ca",
            "coalmine.namespace",
            "coalmine.port.shift",
            "coalmine.journal",
            "coalmine.recipes",
            "coalmine.history",
            "coalmine.sandbox.images",
            "coalmine.workflow.modules"));

    private final Function<String, Optional<String>> properties;
    private final Function<String, Optional<String>> environment;

    /**
     * @param properties by name
     * @param environment the variables, by name
     */
    Settings(Function<String, Optional<String>> properties, Function<String, Optional<String>> environment) {
        this.properties = properties;
        this.environment = environment;
    }

    static Settings ofThisProcess() {
        return new Settings(
                name -> Optional.ofNullable(System.getProperty(name)),
                name -> Optional.ofNullable(System.getenv(name)));
    }

    /**
     * Checks that what is set can be set.
     *
     * @param set names of properties, of others too
     * @throws IllegalArgumentException if one of ours is misspelt
     */
    static void checkNames(Set<String> set) {
        set.stream()
                .filter(name -> name.startsWith("coalmine.") && !NAMES.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("there is no property -D" + name + "; there are " + NAMES);
                });
    }

    /** The same, with another value of a property. */
    Settings with(String property, String value) {
        return new Settings(name -> name.equals(property) ? Optional.of(value) : properties.apply(name), environment);
    }

    /** The environment variable that says the same as a property. */
    static String variable(String property) {
        return property.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** What is set; a blank is as good as nothing. */
    Optional<String> value(String property) {
        return properties
                .apply(property)
                .filter(text -> !text.isBlank())
                .or(() -> environment.apply(variable(property)).filter(text -> !text.isBlank()));
    }

    /**
     * A secret that is set.
     *
     * @throws IllegalArgumentException if it stands where others can read it, or its file cannot be read; the message is one line, and does not tell it
     */
    Optional<String> secret(String property) {
        Optional<String> open = properties.apply(property).filter(text -> !text.isBlank());
        if (open.filter(text -> !text.startsWith("@")).isPresent()) {
            throw new IllegalArgumentException(
                    "-D" + property + " would show the secret to everybody on this machine and in"
                            + " test reports; put it into a file and say -D" + property
                            + "=@FILE, or into the environment variable "
                            + variable(property));
        }
        return value(property).map(text -> text.startsWith("@") ? read(property, text.substring(1)) : text);
    }

    private static String read(String property, String file) {
        try {
            String text = Files.readString(Path.of(file)).strip();
            if (text.isEmpty()) {
                throw new IllegalArgumentException(
                        "the file " + file + " that -D" + property + " or " + variable(property) + " names is empty");
            }
            return text;
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    "the file " + file + " that -D" + property + " or " + variable(property) + " names cannot be read",
                    e);
        }
    }
}
