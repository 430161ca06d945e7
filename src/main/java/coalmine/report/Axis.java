package coalmine.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Where platform seconds lie in a picture.
 *
 * @param from the first second that is drawn
 * @param to the last
 * @param left where the first one lies
 * @param width of all
 */
record Axis(double from, double to, double left, double width) {

    private static final int[] STEPS = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600};

    double x(double second) {
        return left + width * (Math.min(to, Math.max(from, second)) - from) / (to - from);
    }

    boolean shows(double second) {
        return second >= from && second <= to;
    }

    /** Round seconds to write below the axis. */
    List<Integer> ticks(int atMost) {
        int step = step((to - from) / atMost);
        List<Integer> ticks = new ArrayList<>();
        for (int tick = (int) Math.ceil(from / step) * step; tick <= to; tick += step) {
            ticks.add(tick);
        }
        return ticks;
    }

    /** How many seconds a column has to stand for, so that it can be seen. */
    int secondsOfAColumn(double narrowest) {
        return step(narrowest * (to - from) / width);
    }

    private static int step(double least) {
        for (int step : STEPS) {
            if (step >= least) {
                return step;
            }
        }
        return (int) Math.ceil(least);
    }
}
