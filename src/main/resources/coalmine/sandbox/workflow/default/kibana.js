/* In a real installation this sets up Kibana's dashboards. There is no Kibana here, so there is nothing to do. */
'use strict';
