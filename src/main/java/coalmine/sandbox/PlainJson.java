package coalmine.sandbox;

import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.core.spi.JsonFactory;
import io.vertx.core.spi.json.JsonCodec;

/**
 * The JSON of a sandbox: trees of maps, lists and scalars, and no objects of other classes. What reads and writes those would be a sixth of the classes that
 * the first sandbox of a JVM has to wait for. Vert.x finds this class as a service.
 */
public final class PlainJson implements JsonFactory {

    @Override
    public JsonCodec codec() {
        return new JacksonCodec();
    }
}
