"""Planning on other machines, and solvers, when asked: each library is imported only here."""
