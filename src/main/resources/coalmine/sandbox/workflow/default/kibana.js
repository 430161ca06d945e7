'use strict';

// On a real Vamp this keeps Kibana's dashboards up to date. There is no Kibana in the sandbox, so it has nothing to do.
