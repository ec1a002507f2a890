"""Measure whether citations got better or worse, from a suite of questions with gold evidence.

In the order of a run:

* :mod:`eval.suite` reads and checks a suite folder; :mod:`eval.check` looks for what is doubtful in it, and
  :mod:`eval.importers` makes one from CLAPNQ, SQuAD 2.0 or a BEIR folder;
* :mod:`eval.run` builds a library, asks the questions and keeps a record of each;
* :mod:`eval.scoring` scores a question by :mod:`eval.measures`, :mod:`eval.retrieval` and :mod:`eval.support`;
* :mod:`eval.summary` turns records into measures, with :mod:`eval.confidence` and :mod:`eval.stats`;
* :mod:`eval.report` and :mod:`eval.html` show them;
* :mod:`eval.loaded` reads a run back, and :mod:`eval.runs` shows a folder of them on the evaluation page;
* :mod:`eval.compare` says what another run got better and worse, and whether the difference is real;
* :mod:`eval.judge` asks a language model for its opinion, and says what that is worth;
* :mod:`eval.draft` turns what people said about answers into candidates for a suite;
* :mod:`eval.training` makes the model that ships: :mod:`eval.training.reader` trains the reader, on
  :mod:`eval.training.questions` as :mod:`eval.training.examples`; :mod:`eval.training.adapt` adapts it to
  :mod:`eval.training.suites`, and :mod:`eval.training.calibrate` fits its calibration;
* :mod:`eval.tables` runs every suite and writes one table;
* :mod:`eval.commands` puts all of it on the command line.
"""
