;;; The story in a real Emacs in batch with lsp-mode and the set-up of docs/editors/emacs.md.  -*- lexical-binding: t; -*-
;; usage: emacs --batch -Q -l helper.el -L FOLDER-OF-EACH-PACKAGE… -l lsp-mode -l SNIPPET -l lsp-mode.el, in a fresh workspace; see test.sh
(setq client "lsp-mode")
;; an unpacked lsp-mode has no autoloads of its own parts
(mapc #'require '(lsp-modeline lsp-headerline lsp-lens lsp-completion lsp-diagnostics))
(setq lsp-auto-guess-root t lsp-warn-no-matched-clients nil lsp-restart 'ignore lsp-enable-file-watchers nil
      lsp-diagnostics-provider :none lsp-lens-enable nil lsp-enable-suggest-server-download nil)
(fset 'yes-or-no-p (lambda (&rest _) t))
(fset 'y-or-n-p (lambda (&rest _) t))

(defun open (file)
  (find-file file)
  (buffer-enable-undo)
  (unless (derived-mode-p 'python-mode) (python-mode))
  (unless lsp-mode (lsp))
  (eventually (and (lsp-workspaces) (eq 'initialized (lsp--workspace-status (car (lsp-workspaces))))))
  (goto-char (point-min)))
(defun actions () (ignore-errors (lsp-code-actions-at-point)))
(defun titles () (mapcar #'lsp:code-action-title (actions)))
(defun choose (words)
  "Execute the code action at point whose title has WORDS, once it is offered."
  (let ((found (eventually (seq-find (lambda (a) (string-search words (lsp:code-action-title a))) (actions)))))
    (undo-boundary)
    (when found (lsp-execute-code-action found))
    found))

(defun problems ()
  (mapcar (lambda (it) (gethash "message" it)) (gethash (lsp--fix-path-casing buffer-file-name) (lsp-diagnostics))))

(defun story ()
  (let (before calls-before)
    (open "app.py")
    (check "connects" (lsp-workspaces))
    (setq before (text))
    (to "def greet")
    (check "the menu has edit, explain, document and tests"
           (eventually (seq-every-p (lambda (w) (seq-some (lambda (title) (string-search w title)) (titles)))
                                    '("Flux: edit" "Flux: explain" "Flux: document" "Flux: write tests")))
           (titles))
    (choose "Flux: document")
    (check "documents" (eventually (has "\"\"\"Greet a person.\"\"\"")) (text))
    (undo-once)
    (check "one undo restores the bytes" (equal (text) before) (text))
    (choose "Flux: explain")
    (check "explain is shown in a document"
           (eventually (explained)))
    (set-buffer (get-file-buffer "app.py"))
    (check "and edits nothing" (equal (text) before))
    (choose "Flux: write tests")
    (check "makes a test file" (eventually (string-search "names_the_person" (if (file-exists-p "tests/test_app.py") (text-of "tests/test_app.py") ""))))

    (open "shout.py")
    (setq before (text))
    (to "flux: shout")
    (check "a comment directive is in the menu" (choose "Flux: shout") (titles))
    (check "it edits, behind non-BMP text, and goes away" (and (eventually (has "𝒜 HELLO")) (not (has "flux:"))) (text))
    (undo-once)
    (check "one undo brings it back" (equal (text) before) (text))

    (cancel-in-mid-stream)


    (open "hold.py")
    (to "flux: hold")
    (end-of-line) (insert "4")
    (setq calls-before (calls))
    (choose "Flux: hold4")
    (eventually (> (calls) calls-before))
    (goto-char (point-min)) (insert "# typed above\n")
    (goto-char (point-max)) (insert "# typed below\n")
    (api "POST" "/_fake/release/hold4")
    (check "what is typed meanwhile is kept"
           (and (eventually (has "HELLO")) (has "# typed above") (has "# typed below")) (text))

    (refused-answer)))

(defun no-key ()
  (open "app.py")
  (check "without a key it says what to do" (eventually (told "ANTHROPIC_API_KEY"))))

(pcase (getenv "STORY")
  ("no key" (no-key))
  ("agents" (agents))
  (_ (story)))
(end #'ignore)
