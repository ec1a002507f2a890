"""Measure whether citations got better or worse, from a suite of questions with gold evidence.

In the order of a run:

* :mod:`eval.suite` reads and checks a suite folder; :mod:`eval.check` looks for what is doubtful in it, and
  :mod:`eval.importers` makes one from CLAPNQ, SQuAD 2.0 or a BEIR folder;
* :mod:`eval.run` builds a library, asks the questions and keeps a record of each;
* :mod:`eval.score.scoring` scores a question by :mod:`eval.score.measures`, :mod:`eval.score.retrieval` and
  :mod:`eval.score.support`;
* :mod:`eval.score.summary` turns records into measures, with :mod:`eval.score.confidence` and :mod:`eval.score.stats`;
* :mod:`eval.report.report` and :mod:`eval.report.html` show them;
* :mod:`eval.report.loaded` reads a run back, and :mod:`eval.report.runs` shows a folder of them on the evaluation page;
* :mod:`eval.report.compare` says what another run got better and worse, and whether the difference is real;
* :mod:`eval.judge` asks a language model for its opinion, and says what that is worth;
* :mod:`eval.draft` turns what people said about answers into candidates for a suite;
* :mod:`eval.training` makes the model that ships: :mod:`eval.training.reader` trains the reader, on
  :mod:`eval.training.questions` as :mod:`eval.training.examples`; :mod:`eval.training.adapt` adapts it to
  :mod:`eval.training.suites`, and :mod:`eval.training.calibrate` fits its calibration;
* :mod:`eval.benchmarks.tables` runs every suite and writes one table;
* :mod:`eval.commands` puts all of it on the command line.
"""
