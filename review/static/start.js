// Starts the components of govuk-frontend.
import { initAll } from '/assets/vendor/govuk-frontend.min.js';

initAll();
