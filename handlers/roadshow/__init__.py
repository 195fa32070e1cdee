"""The roadshow: visits to the kecamatan, planned by admins, with a reminder and a sheet to print the day before."""
