rem The task scheduler of Windows: the night, and the inbox in working hours.
rem Run it once; `scm schedule --kind windows` prints the lines with your own paths.
schtasks /Create /F /TN scm-nightly /SC DAILY /ST 02:30 /TR "\"%USERPROFILE%\.local\bin\scm.exe\" --shop \"%USERPROFILE%\shop\" nightly"
schtasks /Create /F /TN scm-inbox /SC MINUTE /MO 10 /ST 08:00 /ET 19:50 /TR "\"%USERPROFILE%\.local\bin\scm.exe\" --shop \"%USERPROFILE%\shop\" inbox"
