// Which forms a processor can train with.
#include "../forms.h"

const ofa_form *ofa_training_form(int index) {
  static const struct ofa_form_entry entries[] = OFA_FORMS(training);
  return ofa_form_here(entries, sizeof entries / sizeof entries[0], index);
}
